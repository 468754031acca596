import { graphql } from "../gql";
import type { ProblemCode, ProblemFragment } from "../gql/graphql";
import { t } from "../i18n/messages";
import { platformSays, problemText } from "../i18n/serverText";
import { ExternalLink } from "../ui/ExternalLink";
import { Fold } from "../ui/Fold";

graphql(`
  fragment Problem on Problem {
    code
    message
    url
    key
    definition {
      title
    }
    scopes
    platformMessage
  }
`);

/** What is wrong, what to do about it, and the way there; folded what the platform says, where the sentence does not quote that. */
export function ProblemText({ problem }: { problem: ProblemFragment }) {
  const { code, url, platformMessage } = problem;
  const saidTitle = platformSays();
  return (
    <>
      <p>
        {problemText(problem)} {url && <ProblemLink code={code} url={url} />}
      </p>
      {platformMessage !== null && saidTitle && (
        <Fold title={saidTitle}>
          <p lang="en">{platformMessage}</p>
        </Fold>
      )}
    </>
  );
}

/** The way to where a problem can be put right. */
export function ProblemLink({ code, url }: { code: ProblemCode; url: string }) {
  const place = code.startsWith("TIKTOK_") ? "shared.openSellerCenter" : "shared.openShopifyAdmin";
  return <ExternalLink href={url}>{t(place)}</ExternalLink>;
}
