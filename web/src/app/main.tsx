import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { speakTheSellersLanguage } from "../i18n/language";
import { App } from "./App";
import "../ui/theme.css";

await speakTheSellersLanguage();
const container = document.getElementById("app");
if (container) {
  createRoot(container).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
