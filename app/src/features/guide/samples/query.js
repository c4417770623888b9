// Node.js 18 or later
async function sendPostback(values) {
  const query = new URLSearchParams(values);
  const response = await fetch(`@POSTBACK@?${query}`);
  return response.json();
}

sendPostback({
  api_key: "@KEY@",
  click_id: "clk_xxx",
  transaction_id: "order-1001",
  status: "confirmed",
  amount: "99.00",
  commission: "10.00",
  currency: "USD",
}).then(console.log, console.error);
