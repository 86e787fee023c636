/** The frame page: hears the dashboard around it, and shows. */
import "@rrweb/replay/dist/style.css";
import "./frame.css";
import { hear, say, type FromFrame, type ToFrame } from "./messages";
import { PageAtRest } from "./page";
import { Stage } from "./stage";

const dashboard = window.parent;
const tell = (message: FromFrame) => say(dashboard, message);
const stage = new Stage(document.body, tell);
const page = new PageAtRest(document.body, tell);

const does: { [K in ToFrame["kind"]]: (message: Extract<ToFrame, { kind: K }>) => void } = {
  begin: ({ events, until, at, playing, turn }) => stage.begin(events, until, at, playing, turn),
  add: ({ events, until }) => stage.add(events, until),
  drop: ({ before }) => stage.drop(before),
  show: ({ at, playing, turn }) => stage.show(at, playing, turn),
  speed: ({ speed }) => stage.speed(speed),
  clear: () => (stage.clear(), page.clear()),
  page: ({ events, at, width }) => page.show(events, at, width),
  measure: ({ selectors }) => page.measure(selectors),
};

if (dashboard !== window) {
  hear<ToFrame>(
    () => dashboard,
    (message) => {
      if (Object.hasOwn(does, message.kind)) (does[message.kind] as (message: ToFrame) => void)(message);
    },
  );
  tell({ kind: "ready" });
}
