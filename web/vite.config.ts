import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { documents } from "./documents";

const program = "http://127.0.0.1:8080"; // `go run .`, for `npm run dev`

export default defineConfig({
  plugins: [react(), documents()],
  build: {
    // The files are committed: names that do not change keep a change readable.
    rolldownOptions: {
      output: { entryFileNames: "assets/admin.js", assetFileNames: "assets/admin[extname]" },
    },
    assetsInlineLimit: 0,
    license: { fileName: "licenses.md" },
    modulePreload: false,
  },
  server: { proxy: { "/graphql": program } },
});
