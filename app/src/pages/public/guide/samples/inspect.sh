curl --include "@POSTBACK@?click_id=YOUR_CLICK_ID" --header "X-API-Key: @KEY@"
