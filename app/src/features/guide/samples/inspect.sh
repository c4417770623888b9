curl --include "@POSTBACK@" \
  --header "X-API-Key: @KEY@" \
  --data-urlencode "click_id=YOUR_CLICK_ID" \
  --data-urlencode "transaction_id=test-3" \
  --data-urlencode "status=test"
