// The SDK in its parts: mode "script" writes gosight.js for a script tag, mode "module" gosight.mjs, and mode "replay"
// the recorder that both load where a session is recorded; "tracker" and "tracker-module" contract 2's tracker.js, which
// has the same core (`TRACKER` tells the code which of them it is part of).
import { defineConfig } from "vite";

const FORMS = {
  script: { entry: "script.ts", formats: ["iife" as const], name: "gosightScript", fileName: () => "gosight.js" },
  module: { entry: "module.ts", formats: ["es" as const], fileName: () => "gosight.mjs" },
  tracker: {
    entry: "tracker/script.ts",
    formats: ["iife" as const],
    name: "gosightTracker",
    fileName: () => "tracker.js",
  },
  "tracker-module": { entry: "tracker/module.ts", formats: ["es" as const], fileName: () => "tracker.mjs" },
  replay: {
    entry: "replay/script.ts",
    formats: ["iife" as const],
    name: "gosightRecorder",
    fileName: () => "gosight-replay.js",
  },
};

/**
 * What rrweb asks of every node and need not, a third of all it costs a page: whether it is a shadow root, which its type
 * says at once; whether it has one, which only elements can; and whether a class of rrweb's own masks its text, which is
 * ours to say (see scrub.ts). Fails where rrweb has changed.
 */
const SHORTER = {
  "function isShadowRoot(n) {\n": "if (!n || n.nodeType !== 11) return false;",
  "function hasShadowRoot(n) {\n": "if (!n || n.nodeType !== 1) return false;",
  "function needMaskingText(node, maskTextClass, maskTextSelector, checkAncestors) {\n": "return false;",
};
const shorterRrweb = {
  name: "shorter-rrweb",
  transform(code: string, id: string) {
    if (!id.includes("@rrweb/record")) return null;
    for (const [begin, first] of Object.entries(SHORTER)) {
      if (!code.includes(begin)) throw new Error(`vite.sdk.ts: rrweb has no more ${begin}`);
      code = code.replace(begin, `${begin}  ${first}\n`);
    }
    return { code, map: null };
  },
};

export default defineConfig(({ mode }) => ({
  root: new URL("./sdk", import.meta.url).pathname,
  publicDir: false as const,
  plugins: [shorterRrweb],
  define: { TRACKER: JSON.stringify(mode.startsWith("tracker")) },
  build: {
    outDir: new URL("./dist", import.meta.url).pathname,
    emptyOutDir: false,
    target: "es2020",
    minify: "terser" as const,
    terserOptions: { ecma: 2020, compress: { passes: 3 }, format: { comments: /^!/ } },
    reportCompressedSize: false,
    lib: FORMS[mode as keyof typeof FORMS],
  },
}));
