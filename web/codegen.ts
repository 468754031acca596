import type { CodegenConfig } from "@graphql-codegen/cli";

// The schema is the server's own: an operation that no longer fits it breaks the build.
const config: CodegenConfig = {
  schema: "../graph/*.graphqls",
  documents: "src/**/*.{ts,tsx}",
  ignoreNoDocuments: true,
  generates: {
    "src/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        enumsAsTypes: true,
        skipTypename: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          ID: "string",
          DateTime: "string",
          URL: "string",
          SettingValue: { input: "../json#Json", output: "../json#Json" },
        },
      },
    },
  },
};

export default config;
