// The dashboard: served under /app/ with a strict CSP, so nothing is inlined and every asset carries its hash.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const server = process.env.GOSIGHT_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  root: new URL("./dashboard", import.meta.url).pathname,
  base: "/app/",
  plugins: [svelte()],
  build: {
    outDir: new URL("./dist/app", import.meta.url).pathname,
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // Two pages: the dashboard, and the one that recorded pages are rebuilt in.
    rolldownOptions: {
      input: ["index.html", "frame.html"].map((page) => new URL(`./dashboard/${page}`, import.meta.url).pathname),
    },
  },
  server: { proxy: { "/api": { target: server, ws: true }, "/v1": server } },
});
