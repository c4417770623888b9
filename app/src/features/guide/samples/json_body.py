import json
import time
import urllib.error
import urllib.request


def send_postback(values):
    request = urllib.request.Request(
        "@POSTBACK@",
        data=json.dumps(values).encode(),
        headers={"X-API-Key": "@KEY@", "Content-Type": "application/json"},
        method="POST",
    )
    for attempt in range(7):
        pause = 2**attempt
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            if refusal.code < 500:
                return json.load(refusal)
            retry_after = refusal.headers.get("Retry-After", "")
            pause = int(retry_after) if retry_after.isdigit() else pause
        except OSError as error:
            print("No answer, trying again:", error)
        time.sleep(pause)
    raise RuntimeError("Not delivered: keep the postback and send it again later")


print(send_postback({
    "click_id": "clk_xxx",
    "transaction_id": "order-1001",
    "status": "confirmed",
    "amount": "99.00",
    "commission": "10.00",
    "currency": "USD",
}))
