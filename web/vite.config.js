import { readdirSync, writeFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

/** The coordinator serves exactly the files that this list names (Page.java). */
function fileList() {
  return {
    name: "file-list",
    apply: "build",
    closeBundle() {
      const names = readdirSync("dist", { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== "files.txt")
        .map((entry) => `${entry.parentPath}/${entry.name}`.replace(/^dist\//, ""))
        .sort();
      writeFileSync("dist/files.txt", names.join("\n") + "\n");
    },
  };
}

export default defineConfig({
  plugins: [svelte(), fileList()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // the Content-Security-Policy takes no data: URLs
    modulePreload: { polyfill: false },
  },
});
