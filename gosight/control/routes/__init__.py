"""HTTP face of control: parse, call, reply."""

from gosight.control.routes import invitations, keys, me, members, projects, setup, sign_in, streams

ROUTES = [
    *setup.ROUTES,
    *sign_in.ROUTES,
    *streams.ROUTES,
    *me.ROUTES,
    *projects.ROUTES,
    *keys.ROUTES,
    *members.ROUTES,
    *invitations.ROUTES,
]
