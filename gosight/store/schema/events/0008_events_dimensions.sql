-- The name of the dimension that a row of grouping sets is about, by grouping(source, country, device_type, browser, os,
-- utm_source, utm_medium, utm_campaign, entry_path, exit_path).
create macro dimension_of(mask) as
case mask
  when 511 then 'source' when 767 then 'country' when 895 then 'device_type' when 959 then 'browser' when 991 then 'os'
  when 1007 then 'utm_source' when 1015 then 'utm_medium' when 1019 then 'utm_campaign' when 1021 then 'entry_path'
  when 1022 then 'exit_path'
end;
