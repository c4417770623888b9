# application/x-www-form-urlencoded
curl "@POSTBACK@" \
  --header "X-API-Key: @KEY@" \
  --data-urlencode "click_id=clk_xxx" \
  --data-urlencode "transaction_id=order-1001" \
  --data-urlencode "amount=99.00" \
  --data-urlencode "commission=10.00" \
  --data-urlencode "currency=EUR"

# multipart/form-data
curl "@POSTBACK@" \
  --header "X-API-Key: @KEY@" \
  --form "click_id=clk_xxx" \
  --form "transaction_id=order-1001" \
  --form "amount=99.00" \
  --form "commission=10.00" \
  --form "currency=EUR"
