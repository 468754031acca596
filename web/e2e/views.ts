import { connectViews } from "./views/connect";
import { disconnectViews } from "./views/disconnect";
import { failureViews } from "./views/failures";
import { overviewViews } from "./views/overview";
import { partnerViews } from "./views/partners";
import { recordViews } from "./views/records";
import { settingsViews } from "./views/settings";
import { shopifyViews } from "./views/shopify";
import type { View } from "./views/view";

/** Every page and dialog in each of its states. */
export const views: View[] = [
  ...overviewViews,
  ...settingsViews,
  ...connectViews,
  ...disconnectViews,
  ...recordViews,
  ...partnerViews,
  ...failureViews,
  ...shopifyViews,
];
