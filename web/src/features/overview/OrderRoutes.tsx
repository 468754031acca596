import { graphql } from "../../gql";
import type { OrderTask, RouteFragment } from "../../gql/graphql";
import { Section } from "../../ui/Section";
import styles from "./OrderRoutes.module.css";

graphql(`
  fragment Route on OrderRoute {
    task
    system
    url
  }
`);

const taskLabels: Record<OrderTask, string> = {
  FULFILLMENT: "Fulfillment",
  CANCELLATION: "Cancellations",
  RETURN: "Returns",
  REFUND: "Refunds",
};

/** Where each order task is done now. */
export function OrderRoutes({ routes }: { routes: RouteFragment[] }) {
  return (
    <Section title="Order management">
      <ul className={styles.routes}>
        {routes.map((route) => (
          <li key={route.task} className={styles.route}>
            <span>{taskLabels[route.task]}</span>
            <RouteLink {...route} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function RouteLink({ task, system, url }: RouteFragment) {
  if (system === "SHOPIFY" || !url) return <span>Shopify</span>;
  return (
    <a href={url} target="_blank" rel="noreferrer" aria-label={`Seller Center for ${taskLabels[task].toLowerCase()}`}>
      Seller Center
    </a>
  );
}
