curl "@POSTBACK@" \
  --header "X-API-Key: @KEY@" \
  --header "Content-Type: application/json" \
  --data '{"click_id":"clk_xxx","transaction_id":"order-1001","status":"confirmed","amount":"99.00","commission":"10.00","currency":"USD"}' \
  --max-time 15 --retry 6 --retry-connrefused
