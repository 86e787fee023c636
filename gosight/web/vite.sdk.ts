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

export default defineConfig(({ mode }) => ({
  root: new URL("./sdk", import.meta.url).pathname,
  publicDir: false as const,
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
