curl "@POSTBACK@" \
  --header "X-API-Key: @KEY@" \
  --data-urlencode "click_id=YOUR_CLICK_ID" \
  --data-urlencode "transaction_id=test-2" \
  --data-urlencode "status=test"
