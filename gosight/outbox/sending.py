"""One try to deliver a message: what is said to whom, and what the answer means."""

import ssl
from email.utils import parseaddr
from typing import Any

import msgspec

from gosight import __version__
from gosight.config import Mail, Telegram
from gosight.kit.clock import SECOND, Clock
from gosight.outbox import letters
from gosight.outbox.http import Answer, NoAnswer, Poster, Resolve, system_resolve
from gosight.outbox.model import Kind, Message, Outcome, Parcel, cut
from gosight.outbox.post import Postman
from gosight.outbox.reach import Reach
from gosight.outbox.schedule import retry_after

MAX_SHOWN = 500
"""Characters of an answer that are kept."""
_HEADERS = {"Content-Type": "application/json", "User-Agent": f"GoSight/{__version__}"}
_NEVER_BETTER = frozenset({400, 401, 403, 404})
"""Of the Bot API: no such chat, no such bot, thrown out of the chat. The same request will not do better."""


class Sending:
    """`resolve` and `tls` are parameters for tests: the system's own otherwise."""

    def __init__(
        self,
        mail: Mail,
        telegram: Telegram,
        reach: Reach,
        local_name: str,
        clock: Clock,
        *,
        resolve: Resolve = system_resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._mail = mail
        self._telegram = telegram
        self._clock = clock
        self._outside = Poster(reach, resolve, tls)
        self._anywhere = Poster(None, system_resolve, tls)
        self._postman = Postman(mail, local_name, tls)

    async def send(self, parcel: Parcel) -> Outcome:
        """Never raises for what others do. No secret stands in what comes back, whatever the receiver echoes."""
        secret = parcel.secrets()
        try:
            outcome = await self._by_kind(parcel, secret)
        except NoAnswer as problem:
            outcome = Outcome(error=str(problem))
        hidden = [*secret.values(), self._telegram.bot_token, self._mail.password]
        return msgspec.structs.replace(
            outcome, answer=_without(outcome.answer, hidden), error=_without(outcome.error, hidden)
        )

    async def _by_kind(self, parcel: Parcel, secret: dict[str, str]) -> Outcome:
        message = parcel.told()
        match parcel.kind:
            case Kind.telegram:
                return await self._to_telegram(parcel, message, secret)
            case Kind.email:
                return await self._to_mail(parcel, message)
            case Kind.slack:
                return self._read(await self._json(secret["url"], letters.slack(message)))
            case Kind.discord:
                return self._of_discord(await self._json(secret["url"], letters.discord(message)))
            case Kind.webhook:
                body = letters.webhook(message, parcel.id, parcel.created_at)
                signed = letters.signed(body, parcel.id, secret["secret"], self._clock())
                url = parcel.addressed()["url"]
                return self._read(await self._outside.post(url, _HEADERS | signed, body))

    async def _json(self, url: str, body: dict[str, Any]) -> Answer:
        return await self._outside.post(url, _HEADERS, msgspec.json.encode(body))

    async def _to_mail(self, parcel: Parcel, message: Message) -> Outcome:
        if not self._mail.host:
            return Outcome(error="this server sends no mail: its configuration has no [mail] host", final=True)
        to = parcel.addressed()["to"]
        letter = letters.mail(message, to, self._mail.sender, parcel.id, parcel.created_at)
        return await self._postman.send(letter.as_bytes(), parseaddr(self._mail.sender)[1], to)

    async def _to_telegram(self, parcel: Parcel, message: Message, secret: dict[str, str]) -> Outcome:
        token = secret.get("bot_token") or self._telegram.bot_token
        if not token:
            text = "there is no bot: the channel has no token, and the configuration no [telegram] bot_token"
            return Outcome(error=text, final=True)
        url = f"{self._telegram.api_url.rstrip('/')}/bot{token}/sendMessage"
        body = letters.telegram(message, parcel.addressed()["chat_id"])
        answer = await self._anywhere.post(url, _HEADERS, msgspec.json.encode(body))
        outcome = self._read(answer)
        if outcome.error is None or answer.status not in (429, *_NEVER_BETTER):
            return outcome
        told = _object(answer.body)
        parameters = told.get("parameters")
        parameters = parameters if isinstance(parameters, dict) else {}
        return msgspec.structs.replace(
            outcome,
            gone=None,
            error=cut(f"Telegram refused: {answer.status} {told.get('description', '')}".strip(), MAX_SHOWN),
            pause=_pause(parameters.get("retry_after")) or outcome.pause,
            final=answer.status in _NEVER_BETTER,
        )

    def _of_discord(self, answer: Answer) -> Outcome:
        outcome = self._read(answer)
        if answer.status == 404:
            return msgspec.structs.replace(outcome, gone="Discord answered 404: the webhook was deleted there")
        if answer.status == 429:
            asked = _pause(_object(answer.body).get("retry_after"))
            reset = retry_after(answer.headers.get("x-ratelimit-reset-after"), self._clock())
            return msgspec.structs.replace(outcome, pause=asked or outcome.pause or reset)
        return outcome

    def _read(self, answer: Answer) -> Outcome:
        """What every receiver's answer means. 410 says that nobody will ever be there again."""
        shown = cut(answer.body, MAX_SHOWN) or None
        status = answer.status
        if 200 <= status < 300:
            return Outcome(status=status, answer=shown)
        pause = retry_after(answer.headers.get("retry-after"), self._clock())
        gone = "its receiver answered 410: it is gone for good" if status == 410 else None
        return Outcome(status=status, answer=shown, error=_why(answer), pause=pause, gone=gone)


def _why(answer: Answer) -> str:
    if 300 <= answer.status < 400:
        to = cut(answer.headers.get("location", "elsewhere"), 200)
        return (
            f"answered {answer.status}, a redirect to {to}; redirects are not followed: enter the address it leads to"
        )
    return f"answered {answer.status}, expected 200 to 299"


def _pause(seconds: object) -> int | None:
    """Of a number in an answer's JSON."""
    usual = isinstance(seconds, int | float) and 0 <= seconds < 10**9
    return int(seconds * SECOND) if usual else None  # type: ignore[operator]


def _object(text: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _without(text: str | None, hidden: list[str]) -> str | None:
    for secret in hidden if text else []:
        text = text.replace(secret, "…") if secret and text else text
    return text
