import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compiledMessages } from "./compiledMessages";
import { compress } from "./compress";
import { documents, generatedDocuments, noParser } from "./documents";

const program = "http://127.0.0.1:8080"; // `go run .`, for `npm run dev`

export default defineConfig({
  resolve: { alias: { "react-router": routerModule() } },
  plugins: [noParser(), generatedDocuments(), react(), documents(), compiledMessages(), compress()],
  build: {
    // The files are committed: names that do not change keep a change readable. What is loaded later is named by what is in it,
    // so that a page never loads another version's.
    rolldownOptions: {
      output: {
        entryFileNames: "assets/admin.js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/admin[extname]",
        codeSplitting: {
          groups: [
            {
              name: "shared",
              test: /node_modules|graphql-without-parser|src\/(api|gql|i18n|shared|ui)\/|src\/json|src\/locales\/en\.ts\?part=start/,
            },
          ],
        },
      },
    },
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    license: { fileName: "licenses.md" },
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/graphql": program } },
});

/** The router's build for production, which its package leads no bundler to. */
function routerModule(): string {
  return fileURLToPath(new URL("node_modules/react-router/dist/production/index.mjs", import.meta.url));
}
