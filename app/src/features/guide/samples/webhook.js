// Node.js 18 or later. Takes {"order_id":"1001","total":"99.00","currency":"USD","click_id":"clk_xxx"}.
const http = require("node:http");

async function forward(order) {
  const response = await fetch("@POSTBACK@", {
    method: "POST",
    headers: { "X-API-Key": "@KEY@", "Content-Type": "application/json" },
    body: JSON.stringify({
      click_id: order.click_id,
      transaction_id: order.order_id,
      amount: order.total,
      commission: (Number(order.total) * 0.1).toFixed(2), // your terms; here: ten per cent
      currency: order.currency,
    }),
    signal: AbortSignal.timeout(15000),
  });
  console.log(response.status, await response.text());
  return response.ok;
}

http.createServer(async (request, response) => {
  try {
    let body = "";
    for await (const part of request) body += part;
    // Check your provider's signature here, before you believe the body.
    const order = JSON.parse(body);
    const isDone = !order.click_id || (await forward(order)); // no click_id: no affiliate sent this buyer
    response.writeHead(isDone ? 200 : 502).end(); // anything but 200 makes the provider try again
  } catch (error) {
    console.error(error.message);
    response.writeHead(502).end();
  }
}).listen(8080);
