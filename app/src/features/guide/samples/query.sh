curl --get "@POSTBACK@" \
  --data-urlencode "api_key=@KEY@" \
  --data-urlencode "click_id=clk_xxx" \
  --data-urlencode "transaction_id=order-1001" \
  --data-urlencode "status=confirmed" \
  --data-urlencode "amount=99.00" \
  --data-urlencode "commission=10.00" \
  --data-urlencode "currency=USD"
