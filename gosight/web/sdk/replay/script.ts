/** /gosight-replay.js: the recorder, which the SDK loads where a session is recorded. */
import { startRecorder } from "./recorder";

window.gosightReplay = startRecorder;
