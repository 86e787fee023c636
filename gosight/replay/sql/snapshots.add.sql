insert into snapshots (path, taken_at, session, number, position, width, height, device_type)
values ($path, $taken_at, $session, $number, $position, $width, $height, $device_type)
on conflict do nothing
