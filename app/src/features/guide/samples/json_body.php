<?php

// Needs the curl extension.
function sendPostback(array $values): array
{
    for ($attempt = 0; $attempt < 7; $attempt++) {
        $pause = 2 ** $attempt;
        $curl = curl_init('@POSTBACK@');
        curl_setopt_array($curl, [
            CURLOPT_POST => true,
            CURLOPT_HTTPHEADER => ['X-API-Key: @KEY@', 'Content-Type: application/json'],
            CURLOPT_POSTFIELDS => json_encode($values, JSON_THROW_ON_ERROR),
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 15,
            CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$pause): int {
                if (preg_match('/^retry-after:\s*(\d+)/i', $line, $found)) {
                    $pause = (int) $found[1];
                }
                return strlen($line);
            },
        ]);
        $answer = curl_exec($curl);
        if ($answer !== false && curl_getinfo($curl, CURLINFO_RESPONSE_CODE) < 500) {
            return json_decode($answer, true, 512, JSON_THROW_ON_ERROR);
        }
        sleep($pause);
    }
    throw new RuntimeException('Not delivered: keep the postback and send it again later');
}

print_r(sendPostback([
    'click_id' => 'clk_xxx',
    'transaction_id' => 'order-1001',
    'status' => 'confirmed',
    'amount' => '99.00',
    'commission' => '10.00',
    'currency' => 'USD',
]));
