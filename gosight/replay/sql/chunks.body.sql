select bodies.body from chunks join bodies on bodies.id = chunks.body where chunks.session = $session and chunks.number = $number
