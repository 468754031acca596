import { graphql } from "../gql";

graphql(`
  fragment OverviewCards on Overview {
    tikTokShop {
      ...Channel
    }
    tikTokForBusiness {
      ...Channel
    }
    orderManagement {
      routes {
        ...Route
      }
    }
  }
`);

/** What the overview shows: mutations that answer with an overview are put in its place. */
export const OverviewQuery = graphql(`
  query Overview {
    overview {
      ...OverviewCards
    }
  }
`);
