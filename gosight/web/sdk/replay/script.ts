/** /gosight-replay.js: the recorder, which the SDK loads where a session is recorded. */
import { guard } from "../core/guard";
import type { Tell } from "../core/recorder";
import { startRecorder } from "./recorder";

guard(() => {
  const queue = window.gosightReplay;
  if (!queue) return;
  window.gosightReplay = null;
  const [host, ...early] = queue;
  const tell = startRecorder(host);
  queue.length = 0 as never;
  queue.push = (...events) => {
    (events as Parameters<Tell>[0][]).forEach(tell);
    return 0;
  };
  early.forEach(tell);
})();
