import type { Frame, Page } from "@playwright/test";
import type { Program } from "../program";

/** A page or a dialog in one of its states. */
export interface View {
  name: string;
  /** Environment variables of the program. */
  env?: Record<string, string>;
  /** What pages are allowed by the browser beside what all are. */
  permissions?: string[];
  /** Console errors and requests that it brings with it. */
  expectedErrors?: RegExp[];
  /** Opens the view on the page; returns the frame that it is in where it is in one. */
  open(page: Page, program: Program): Promise<void> | Promise<Frame>;
}
