import { readFileSync } from "node:fs";
import { GraphQLScalarType } from "graphql";
import { connect } from "./connect.js";
import { disconnect } from "./disconnect.js";
import { orderManagement } from "./orders.js";
import { preview } from "./preview.js";
import { accounts, auditTrail, overview, settings } from "./reads.js";
import { Verbatim } from "./verbatim.js";

export const schema = readFileSync(new URL("../schema/schema.graphql", import.meta.url), "utf8");

// All that an object has is a member of it under the name that the schema has, which needs no resolver.
export const resolvers = {
  DateTime: new GraphQLScalarType({ name: "DateTime" }), // texts already
  URL: new GraphQLScalarType({ name: "URL" }),
  SettingValue: new GraphQLScalarType({ name: "SettingValue", serialize: (text) => new Verbatim(text) }),
  Query: {
    accounts: (_, args, { caller }) => accounts(caller),
    overview: (_, args, { caller }) => overview(caller),
    settings: (_, args, { caller }) => settings(caller),
    auditTrail: (_, { first }, { caller }) => auditTrail(caller, first),
  },
  Mutation: {
    connectTikTokShop: (_, { authorizationCode }, { caller }) => connect(caller, authorizationCode),
    disconnectTikTokShop: (_, { confirm }, { caller }) => {
      if (!confirm) throw new Error("confirm must be true");
      return disconnect(caller);
    },
  },
  Account: {
    orderManagement: ({ kind, status, region }, args, { caller }) =>
      kind === "TIKTOK_SHOP" ? orderManagement(status === "CONNECTED", caller.region, region) : null,
    disconnectPreview: (account, args, { caller }) => preview(caller, account),
  },
};
