import { useEffect } from "react";
import { NavLink, useNavigate } from "react-router";
import { isEmbedded } from "../api/appBridge";
import { t } from "../i18n/messages";
import styles from "./Layout.module.css";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "s-app-nav": { children: React.ReactNode };
      "s-link": { key?: string; href: string; rel?: "home"; children: React.ReactNode };
    }
  }
}

const pages = [
  { path: "/settings", title: "app.pages.settings" },
  { path: "/activity", title: "app.pages.activity" },
  { path: "/api-keys", title: "app.pages.apiKeys" },
  { path: "/webhook-endpoints", title: "app.pages.webhooks" },
] as const;

/** The way to the pages: in the Shopify admin a part of its menu, elsewhere a bar on top. */
export function Navigation({ store }: { store: { name: string; domain: string } | undefined }) {
  return isEmbedded() ? <AppNav /> : <Bar store={store} />;
}

function Bar({ store }: { store: { name: string; domain: string } | undefined }) {
  return (
    <header className={styles.bar}>
      <p className={styles.app}>TikTok</p>
      <nav aria-label={t("app.pages.label")} className={styles.pages}>
        <NavLink to="/" end>
          {t("app.pages.overview")}
        </NavLink>
        {pages.map(({ path, title }) => (
          <NavLink key={path} to={path}>
            {t(title)}
          </NavLink>
        ))}
      </nav>
      <p className={styles.store} title={store?.domain}>
        {store?.name}
      </p>
    </header>
  );
}

/** App Bridge takes the links out of the page, and says which of them was followed. */
function AppNav() {
  const navigate = useNavigate();
  useEffect(() => {
    const follow = (event: Event) => {
      const path = event.target instanceof Element ? event.target.getAttribute("href") : null;
      if (path?.startsWith("/")) navigate(path);
    };
    document.addEventListener("shopify:navigate", follow);
    return () => document.removeEventListener("shopify:navigate", follow);
  }, [navigate]);
  return (
    <s-app-nav>
      <s-link href="/" rel="home">
        {t("app.pages.overview")}
      </s-link>
      {pages.map(({ path, title }) => (
        <s-link key={path} href={path}>
          {t(title)}
        </s-link>
      ))}
    </s-app-nav>
  );
}
