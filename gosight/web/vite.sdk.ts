// The SDK in both of its forms: mode "script" writes gosight.js for a script tag, mode "module" writes gosight.mjs.
import { defineConfig } from "vite";

export default defineConfig(({ mode }) => ({
  root: new URL("./sdk", import.meta.url).pathname,
  publicDir: false as const,
  build: {
    outDir: new URL("./dist", import.meta.url).pathname,
    emptyOutDir: false,
    target: "es2020",
    minify: "oxc" as const,
    reportCompressedSize: false,
    lib:
      mode === "module"
        ? { entry: "module.ts", formats: ["es" as const], fileName: () => "gosight.mjs" }
        : { entry: "script.ts", formats: ["iife" as const], name: "gosightScript", fileName: () => "gosight.js" },
  },
}));
