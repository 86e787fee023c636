// The SDK in its three parts: mode "script" writes gosight.js for a script tag, mode "module" gosight.mjs, and mode
// "replay" the recorder that both load where a session is recorded.
import { defineConfig } from "vite";

const FORMS = {
  script: { entry: "script.ts", formats: ["iife" as const], name: "gosightScript", fileName: () => "gosight.js" },
  module: { entry: "module.ts", formats: ["es" as const], fileName: () => "gosight.mjs" },
  replay: {
    entry: "replay/script.ts",
    formats: ["iife" as const],
    name: "gosightRecorder",
    fileName: () => "gosight-replay.js",
  },
};

/**
 * rrweb looks two properties up on every node to see whether it is a shadow root, a quarter of all it costs a page. Its
 * type says so at once. Fails where rrweb has changed.
 */
const fasterShadowRoots = {
  name: "faster-shadow-roots",
  transform(code: string, id: string) {
    if (!id.includes("@rrweb/record")) return null;
    const begin = "function isShadowRoot(n) {\n";
    if (!code.includes(begin)) throw new Error("vite.sdk.ts: rrweb's isShadowRoot is not where it was");
    return { code: code.replace(begin, `${begin}  if (!n || n.nodeType !== 11) return false;\n`), map: null };
  },
};

export default defineConfig(({ mode }) => ({
  root: new URL("./sdk", import.meta.url).pathname,
  publicDir: false as const,
  plugins: [fasterShadowRoots],
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
