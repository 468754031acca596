import type { ProblemCode } from "../gql/graphql";
import { t } from "../i18n/messages";
import { problemText } from "../i18n/serverText";
import { ExternalLink } from "../ui/ExternalLink";

interface Problem {
  code: ProblemCode;
  message: string;
  url: string | null;
}

/** What is wrong, what to do about it, and the way there. */
export function ProblemText({ url, ...problem }: Problem) {
  return (
    <>
      {problemText(problem)} {url && <ProblemLink code={problem.code} url={url} />}
    </>
  );
}

/** The way to where a problem can be put right. */
export function ProblemLink({ code, url }: { code: ProblemCode; url: string }) {
  const place = code.startsWith("TIKTOK_") ? "shared.openSellerCenter" : "shared.openShopifyAdmin";
  return <ExternalLink href={url}>{t(place)}</ExternalLink>;
}
