# An order on hold: it is shown as pending and earns nothing.
curl "@POSTBACK@" \
  --header "X-API-Key: @KEY@" \
  --data-urlencode "click_id=clk_xxx" \
  --data-urlencode "transaction_id=order-1001-hold" \
  --data-urlencode "status=pending" \
  --data-urlencode "commission=10.00"

# The hold is over: a transaction_id of its own makes this a conversion that counts.
curl "@POSTBACK@" \
  --header "X-API-Key: @KEY@" \
  --data-urlencode "click_id=clk_xxx" \
  --data-urlencode "transaction_id=order-1001" \
  --data-urlencode "status=confirmed" \
  --data-urlencode "commission=10.00"
