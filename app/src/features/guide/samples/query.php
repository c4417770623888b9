<?php

function sendPostback(array $values): array
{
    $context = stream_context_create(['http' => ['timeout' => 15, 'ignore_errors' => true]]);
    $query = http_build_query($values, '', '&');
    $answer = file_get_contents('@POSTBACK@?' . $query, false, $context);
    if ($answer === false) {
        throw new RuntimeException('The postback got no answer');
    }
    return json_decode($answer, true, 512, JSON_THROW_ON_ERROR);
}

print_r(sendPostback([
    'api_key' => '@KEY@',
    'click_id' => 'clk_xxx',
    'transaction_id' => 'order-1001',
    'status' => 'confirmed',
    'amount' => '99.00',
    'commission' => '10.00',
    'currency' => 'USD',
]));
