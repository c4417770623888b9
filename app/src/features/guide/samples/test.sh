curl "@POSTBACK@?api_key=@KEY@&click_id=YOUR_CLICK_ID&status=confirmed&amount=10&commission=1"
