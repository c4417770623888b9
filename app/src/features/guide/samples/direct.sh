curl "@POSTBACK@?api_key=@KEY@&click_id=clk_xxx&transaction_id=order-1001&amount=99.00&commission=10.00" \
  --header "Content-Type: application/json" \
  --data '{"id":"evt_1","livemode":false,"data":{"object":{"amount_total":9900}}}'
