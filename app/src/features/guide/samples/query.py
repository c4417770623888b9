import json
import urllib.error
import urllib.parse
import urllib.request


def send_postback(values):
    query = urllib.parse.urlencode(values)
    try:
        with urllib.request.urlopen("@POSTBACK@?" + query, timeout=15) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        return json.load(refusal)


print(send_postback({
    "api_key": "@KEY@",
    "click_id": "clk_xxx",
    "transaction_id": "order-1001",
    "status": "confirmed",
    "amount": "99.00",
    "commission": "10.00",
    "currency": "USD",
}))
