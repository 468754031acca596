const tasks = ["FULFILLMENT", "CANCELLATION", "RETURN", "REFUND"];
const inShopify = { routes: tasks.map((task) => ({ task, system: "SHOPIFY", url: null })) };

// Regions with a Seller Center of their own.
const sellerCenters = {
  US: "https://seller-us.tiktok.com",
  GB: "https://seller-uk.tiktok.com",
  VN: "https://seller-vn.tiktok.com",
  TH: "https://seller-th.tiktok.com",
  ID: "https://seller-id.tokopedia.com",
};

export function sellerCenter(storeRegion, shopRegion) {
  if (storeRegion === "US" && shopRegion === "MX") return "https://seller-global.tiktok.com";
  return sellerCenters[shopRegion] ?? "https://seller.tiktok.com";
}

// orderManagement says where orders are looked after.
export function orderManagement(connected, storeRegion, shopRegion) {
  if (connected) return inShopify;
  const url = sellerCenter(storeRegion, shopRegion);
  return { routes: tasks.map((task) => ({ task, system: "SELLER_CENTER", url })) };
}
