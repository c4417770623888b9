// Node.js 18 or later
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function sendPostback(values) {
  for (let attempt = 0; attempt < 7; attempt += 1) {
    let pause = 2 ** attempt;
    try {
      const response = await fetch("@POSTBACK@", {
        method: "POST",
        headers: { "X-API-Key": "@KEY@", "Content-Type": "application/json" },
        body: JSON.stringify(values),
        signal: AbortSignal.timeout(15000),
      });
      if (response.status < 500) return await response.json();
      pause = Number(response.headers.get("Retry-After")) || pause;
    } catch (error) {
      console.error("No answer, trying again:", error.message);
    }
    await wait(pause);
  }
  throw new Error("Not delivered: keep the postback and send it again later");
}

sendPostback({
  click_id: "clk_xxx",
  transaction_id: "order-1001",
  status: "confirmed",
  amount: "99.00",
  commission: "10.00",
  currency: "USD",
}).then(console.log, console.error);
