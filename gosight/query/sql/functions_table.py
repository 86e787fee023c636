"""The table of functions; `rules` says how its lines are read."""

CLICKHOUSE = """
# Times
now() | NOW | the present moment, UTC
today() | TODAY | the present day, UTC
yesterday() | YESTERDAY | the day before
toStartOfSecond(time) | date_trunc('second', $time::timestamp) | the second's beginning
toStartOfMinute(time) | date_trunc('minute', $time::timestamp) | the minute's beginning
toStartOfFiveMinutes(time) | time_bucket(to_minutes(5), $time::timestamp, timestamp '1970-01-01') | of the five minutes
toStartOfFiveMinute(time) | time_bucket(to_minutes(5), $time::timestamp, timestamp '1970-01-01') | of the five minutes
toStartOfTenMinutes(time) | time_bucket(to_minutes(10), $time::timestamp, timestamp '1970-01-01') | of the ten minutes
toStartOfFifteenMinutes(time) | time_bucket(to_minutes(15), $time::timestamp, timestamp '1970-01-01') | of the quarter hour
toStartOfHour(time) | date_trunc('hour', $time::timestamp) | the hour's beginning
toStartOfDay(time) | date_trunc('day', $time::timestamp)::timestamp | midnight before
toStartOfWeek(time) | WEEK_START | the Sunday on or before
toStartOfWeek(time, mode!) | WEEK_START | the Sunday on or before; of an odd mode the Monday
toMonday(time) | date_trunc('week', $time::timestamp)::date | the Monday on or before
toStartOfMonth(time) | date_trunc('month', $time::timestamp)::date | the month's first day
toStartOfQuarter(time) | date_trunc('quarter', $time::timestamp)::date | the quarter's first day
toStartOfYear(time) | date_trunc('year', $time::timestamp)::date | the year's first day
toStartOfInterval(time, interval) | INTERVAL_START | of intervals such as INTERVAL 5 MINUTE
toDate(time) | $time::date | the day, UTC
toDate(time, zone') | (($time::timestamp at time zone 'UTC') at time zone $zone)::date | the day in a zone such as Europe/Berlin
toDateTime(time) | TO_DATE_TIME | to the second; of a number that is written out, seconds since 1970
toDateTime64(time, digits!) | $time::timestamp | a text or a day as a time
parseDateTimeBestEffort(text) | $text::timestamp | a time from ISO 8601
parseDateTimeBestEffortOrNull(text) | try_cast($text as timestamp) | the same, null where it is none
fromUnixTimestamp(seconds) | make_timestamp($seconds::bigint * 1000000) | the time so many seconds after 1970
fromUnixTimestamp64Milli(ms) | make_timestamp($ms::bigint * 1000) | the time so many milliseconds after 1970
toUnixTimestamp(time) | epoch_us($time::timestamp) // 1000000 | seconds since 1970
toUnixTimestamp64Milli(time) | epoch_ms($time::timestamp) | milliseconds since 1970
toYear(time) | date_part('year', $time::timestamp) | the year
toQuarter(time) | date_part('quarter', $time::timestamp) | 1 to 4
toMonth(time) | date_part('month', $time::timestamp) | 1 to 12
toISOWeek(time) | date_part('week', $time::timestamp) | the week, ISO 8601
toISOYear(time) | date_part('isoyear', $time::timestamp) | the year that the ISO week belongs to
toDayOfYear(time) | date_part('dayofyear', $time::timestamp) | 1 to 366
toDayOfMonth(time) | date_part('day', $time::timestamp) | 1 to 31
toDayOfWeek(time) | date_part('isodow', $time::timestamp) | 1 (Monday) to 7
toHour(time) | date_part('hour', $time::timestamp) | 0 to 23
toHour(time, zone') | date_part('hour', ($time::timestamp at time zone 'UTC') at time zone $zone) | 0 to 23 in a zone
toMinute(time) | date_part('minute', $time::timestamp) | 0 to 59
toSecond(time) | date_part('second', $time::timestamp) | 0 to 59
toYYYYMM(time) | date_part('year', $time::timestamp) * 100 + date_part('month', $time::timestamp) | 202601
toYYYYMMDD(time) | strftime($time::timestamp, '%Y%m%d')::integer | 20260131
monthName(time) | strftime($time::timestamp, '%B') | January
dateName(unit', time) | DATE_NAME | the year, month, day or weekday as a text
formatDateTime(time, format') | FORMAT | as MySQL's format says: %Y-%m-%d %H:%i:%S
dateDiff(unit, begin, end) | DATE_DIFF | how many boundaries of a unit lie between
date_diff(unit, begin, end) | DATE_DIFF | how many boundaries of a unit lie between
age(unit', begin, end) | AGE | how many whole units lie between
date_trunc(unit, time) | DATE_TRUNC_DAY | the beginning of a unit
dateTrunc(unit, time) | DATE_TRUNC_DAY | the beginning of a unit
dateAdd(unit, n, time) | DATE_ADD | so many units later
dateAdd(time, interval) | DATE_ADD | an interval later
date_add(unit, n, time) | DATE_ADD | so many units later
date_add(time, interval) | DATE_ADD | an interval later
dateSub(unit, n, time) | DATE_ADD | so many units earlier
dateSub(time, interval) | DATE_ADD | an interval earlier
date_sub(unit, n, time) | DATE_ADD | so many units earlier
date_sub(time, interval) | DATE_ADD | an interval earlier
addSeconds(time, n) | $time::timestamp + to_seconds($n::bigint) | later
addMinutes(time, n) | $time::timestamp + to_minutes($n::bigint) | later
addHours(time, n) | $time::timestamp + to_hours($n::bigint) | later
addDays(time, n) | ADD_DAYS | later
addWeeks(time, n) | ADD_DAYS | later
addMonths(time, n) | ADD_DAYS | later
addYears(time, n) | ADD_DAYS | later
subtractSeconds(time, n) | $time::timestamp - to_seconds($n::bigint) | earlier
subtractMinutes(time, n) | $time::timestamp - to_minutes($n::bigint) | earlier
subtractHours(time, n) | $time::timestamp - to_hours($n::bigint) | earlier
subtractDays(time, n) | ADD_DAYS | earlier
subtractWeeks(time, n) | ADD_DAYS | earlier
subtractMonths(time, n) | ADD_DAYS | earlier
subtractYears(time, n) | ADD_DAYS | earlier
toIntervalSecond(n) | to_seconds($n::bigint) | an interval
toIntervalMinute(n) | to_minutes($n::bigint) | an interval
toIntervalHour(n) | to_hours($n::bigint) | an interval
toIntervalDay(n) | to_days($n::integer) | an interval
toIntervalWeek(n) | to_weeks($n::integer) | an interval
toIntervalMonth(n) | to_months($n::integer) | an interval
toIntervalYear(n) | to_years($n::integer) | an interval
# Aggregates
agg count() | count(*) | how many rows
agg count(x) | count($x) | how many that are not null
agg countIf(condition) | COUNT_IF | how many rows fulfil it
agg sum(x) | coalesce(sum($x), 0) | the sum; 0 of nothing
agg avg(x) | avg($x) | the mean
agg min(x) | min($x) | the least
agg max(x) | max($x) | the greatest
agg any(x) | any_value($x) | some value that is not null
agg anyLast(x) | last($x) filter (where $x is not null) | the value that was read last
agg any_value(x) | any_value($x) | some value that is not null
agg argMin(x, by) | arg_min($x, $by) | x where by is least
agg argMax(x, by) | arg_max($x, $by) | x where by is greatest
agg uniq(x, ...) | UNIQ | how many different values, exactly
agg uniqExact(x, ...) | UNIQ | how many different values, exactly
agg uniqCombined(x, ...) | UNIQ | how many different values, exactly
agg uniqHLL12(x, ...) | UNIQ | how many different values, exactly
agg quantile(level!)(x) | quantile_cont($x, $level) | the quantile, between two values where it lies there
agg quantile(x) | quantile_cont($x, 0.5) | the median
agg median(x) | quantile_cont($x, 0.5) | the median
agg list quantiles(...)(x) | QUANTILES | several quantiles
agg quantileExact(level!)(x) | EXACT_QUANTILE | the quantile, as one of the values
agg quantileExact(x) | EXACT_QUANTILE | the median, as one of the values
agg medianExact(x) | EXACT_QUANTILE | the median, as one of the values
agg list groupArray(x) | GROUP_ARRAY | all values that are not null
agg list groupArray(n!)(x) | GROUP_ARRAY | the first n of them
agg list groupUniqArray(x) | GROUP_ARRAY | all different values
agg list groupUniqArray(n!)(x) | GROUP_ARRAY | n of them
agg list topK(n!)(x) | TOP | the n most frequent values
agg list topK(x) | TOP | the 10 most frequent values
agg windowFunnel(seconds)(time, condition, ...) | FUNNEL | how many steps were taken in their order within so many seconds
agg list retention(condition, ...) | RETENTION | 1 where the first condition was met, and with it each other one; else 0
agg stddevPop(x) | stddev_pop($x) | standard deviation
agg stddevSamp(x) | stddev_samp($x) | standard deviation of a sample
agg varPop(x) | var_pop($x) | variance
agg varSamp(x) | var_samp($x) | variance of a sample
agg corr(x, y) | corr($x, $y) | correlation
# JSON
JSONExtractString(json, ...) | JSON | the text at a path of names and numbers from 1; "" where there is none
JSONExtractInt(json, ...) | JSON | the whole number there; 0 where there is none
JSONExtractUInt(json, ...) | JSON | the whole number there; 0 where there is none
JSONExtractFloat(json, ...) | JSON | the number there; 0 where there is none
JSONExtractBool(json, ...) | JSON | is it true there?
JSONExtractRaw(json, ...) | JSON | what is there, as JSON; "" where there is nothing
JSONHas(json, ...) | JSON | is there anything?
JSONLength(json, ...) | JSON | how many items there are
list JSONExtractKeys(json, ...) | JSON | the names that are there
list JSONExtractArrayRaw(json, ...) | JSON | the items there, as JSON
simpleJSONExtractString(json, name) | JSON | the text under a name
simpleJSONExtractInt(json, name) | JSON | the whole number under a name
simpleJSONExtractFloat(json, name) | JSON | the number under a name
simpleJSONExtractBool(json, name) | JSON | is it true under a name?
simpleJSONExtractRaw(json, name) | JSON | what is under a name, as JSON
simpleJSONHas(json, name) | JSON | is there anything under a name?
visitParamExtractString(json, name) | JSON | the text under a name
visitParamExtractInt(json, name) | JSON | the whole number under a name
visitParamExtractFloat(json, name) | JSON | the number under a name
visitParamExtractBool(json, name) | JSON | is it true under a name?
visitParamHas(json, name) | JSON | is there anything under a name?
# Conditions
multiIf(condition, value, ...) | MULTI_IF | the value of the first condition that holds
ifNull(x, other) | coalesce($x, $other) | other where x is null
nullIf(x, y) | nullif($x, $y) | null where they are equal
coalesce(...) | coalesce($all) | the first that is not null
isNull(x) | $x is null | is it null?
isNotNull(x) | $x is not null | is it not null?
assumeNotNull(x) | $x | as it is
toNullable(x) | $x | as it is
and(a, b, ...) | CONNECTIVE | do all hold?
or(a, b, ...) | CONNECTIVE | does one hold?
not(x) | not $x | does it not hold?
xor(a, b) | ($a::boolean <> $b::boolean) | does one alone hold?
equals(a, b) | $a = $b | are they equal?
notEquals(a, b) | $a <> $b | are they not?
less(a, b) | $a < $b | a < b
greater(a, b) | $a > $b | a > b
lessOrEquals(a, b) | $a <= $b | a <= b
greaterOrEquals(a, b) | $a >= $b | a >= b
# Types
toString(x) | $x::varchar | as a text
toInt8(x) | TO_INTEGER | a whole number; what is behind the point is cut
toInt16(x) | TO_INTEGER | a whole number; what is behind the point is cut
toInt32(x) | TO_INTEGER | a whole number; what is behind the point is cut
toInt64(x) | TO_INTEGER | a whole number; what is behind the point is cut
toUInt8(x) | TO_INTEGER | a whole number; what is behind the point is cut
toUInt16(x) | TO_INTEGER | a whole number; what is behind the point is cut
toUInt32(x) | TO_INTEGER | a whole number; what is behind the point is cut
toUInt64(x) | TO_INTEGER | a whole number; what is behind the point is cut
toInt32OrZero(x) | TO_INTEGER | 0 where it is no number
toInt64OrZero(x) | TO_INTEGER | 0 where it is no number
toUInt64OrZero(x) | TO_INTEGER | 0 where it is no number
toInt32OrNull(x) | TO_INTEGER | null where it is no number
toInt64OrNull(x) | TO_INTEGER | null where it is no number
toUInt64OrNull(x) | TO_INTEGER | null where it is no number
toFloat32(x) | $x::float | a number
toFloat64(x) | $x::double | a number
toFloat64OrZero(x) | coalesce(try_cast($x as double), 0) | 0 where it is no number
toFloat64OrNull(x) | try_cast($x as double) | null where it is no number
toBool(x) | $x::boolean | true or false
# Numbers
round(x) | round_even($x, 0) | to a whole number; halves to the even one
round(x, digits!) | round_even($x, $digits) | to so many digits; halves to the even one
floor(x) | = | the whole number below
ceil(x) | = | the whole number above
ceiling(x) | ceil($x) | the whole number above
trunc(x) | = | without what is behind the point
truncate(x) | trunc($x) | without what is behind the point
abs(x) | = | without its sign
sign(x) | = | -1, 0 or 1
sqrt(x) | = | square root
exp(x) | = | e to the power of x
log(x) | ln($x) | natural logarithm
ln(x) | = | natural logarithm
log2(x) | = | logarithm to base 2
log10(x) | log10($x) | logarithm to base 10
pow(x, y) | pow($x, $y) | x to the power of y
power(x, y) | pow($x, $y) | x to the power of y
greatest(x, ...) | greatest($all) | the greatest of them
least(x, ...) | least($all) | the least of them
intDiv(x, y) | INT_DIV | the whole part of x / y
modulo(x, y) | $x % $y | the rest of a division
plus(x, y) | $x + $y | x + y
minus(x, y) | $x - $y | x - y
multiply(x, y) | $x * $y | x * y
divide(x, y) | $x / $y | x / y
isNaN(x) | isnan($x) | is it no number?
isFinite(x) | isfinite($x) | is it finite?
# Texts: characters are counted, as ClickHouse's functions in UTF8 do it
length(x) | LENGTH | bytes of a text, items of a list
lengthUTF8(text) | length($text) | characters of a text
char_length(text) | length($text) | characters of a text
empty(x) | EMPTY | is it empty?
notEmpty(x) | NOT_EMPTY | is it not empty?
lower(text) | = | in small letters
upper(text) | = | in capitals
lowerUTF8(text) | lower($text) | in small letters
upperUTF8(text) | upper($text) | in capitals
position(text, part) | strpos($text, $part) | where a part begins, from 1; 0 where it is not there
positionUTF8(text, part) | strpos($text, $part) | where a part begins, from 1; 0 where it is not there
positionCaseInsensitive(text, part) | strpos(lower($text), lower($part)) | the same, small letters and capitals alike
locate(text, part) | strpos($text, $part) | where a part begins, from 1; 0 where it is not there
substring(text, begin) | substring($text, $begin) | from a place on, from 1
substring(text, begin, n) | substring($text, $begin, $n) | so many characters from a place on
substr(text, begin) | substring($text, $begin) | from a place on, from 1
substr(text, begin, n) | substring($text, $begin, $n) | so many characters from a place on
substringUTF8(text, begin, n) | substring($text, $begin, $n) | so many characters from a place on
left(text, n) | = | its first characters
right(text, n) | = | its last characters
trim(text) | = | without spaces around it
trimBoth(text) | trim($text) | without spaces around it
trimLeft(text) | ltrim($text) | without spaces before it
trimRight(text) | rtrim($text) | without spaces behind it
concat(...) | concat($all) | one behind the other
startsWith(text, part) | starts_with($text, $part) | does it begin so?
endsWith(text, part) | ends_with($text, $part) | does it end so?
replace(text, from', to') | = | with one text in place of another
replaceAll(text, from', to') | replace($text, $from, $to) | with one text in place of another
replaceOne(text, from', to') | REPLACE_ONE | with one text in place of another, once
replaceRegexpAll(text, pattern', to') | regexp_replace($text, $pattern, $to, 'g') | with a text in place of what fits a pattern
replaceRegexpOne(text, pattern', to') | regexp_replace($text, $pattern, $to) | with a text in place of what fits a pattern first
match(text, pattern') | regexp_matches($text, $pattern) | does a part of it fit the pattern?
extract(text, pattern') | EXTRACT_PATTERN | the part that fits the pattern, or its first group; "" where none does
like(text, pattern') | $text like $pattern | does it fit? % is any text, _ any character
notLike(text, pattern') | not ($text like $pattern) | does it not fit?
ilike(text, pattern') | $text ilike $pattern | the same, small letters and capitals alike
reverse(text) | = | from its end to its beginning
list splitByChar(separator', text) | string_split($text, $separator) | its parts
list splitByString(separator', text) | string_split($text, $separator) | its parts
arrayStringConcat(list, separator') | array_to_string($list, $separator) | the items in one text
arrayStringConcat(list) | array_to_string($list, '') | the items in one text
domain(url) | coalesce(nullif(regexp_extract($url, '^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//(?:[^/?#@]*@)?([^/?#:]*)', 1), ''), '') | the host of an address
domainWithoutWWW(url) | regexp_extract($url, '^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//(?:[^/?#@]*@)?(?:www\\.)?([^/?#:]*)', 1) | the host without www.
path(url) | regexp_extract($url, '^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//[^/?#]*(/[^?#]*)', 1) | the path of an address
# Lists
list array(...) | ARRAY | a list
tuple(...) | TUPLE | several values as one
arrayJoin(list) | unnest($list) | a row for each item
has(list, x) | list_contains($list, $x) | is it one of them?
hasAny(list, other) | list_has_any($list, $other) | is one of the others among them?
hasAll(list, other) | list_has_all($list, $other) | are all the others among them?
indexOf(list, x) | coalesce(list_position($list, $x), 0) | where it is, from 1; 0 where it is not
arrayElement(list, n) | list_extract($list, $n) | the item at a place, from 1
list arraySort(list) | list_sort($list) | in order
list arrayReverseSort(list) | list_reverse_sort($list) | in the opposite order
list arrayReverse(list) | list_reverse($list) | from its end to its beginning
list arrayDistinct(list) | list_distinct($list) | each value once, in any order
arrayUniq(list) | len(list_distinct($list)) | how many different items
arraySum(list) | list_sum($list) | the sum
arrayAvg(list) | list_avg($list) | the mean
arrayMin(list) | list_min($list) | the least
arrayMax(list) | list_max($list) | the greatest
list arraySlice(list, begin, n) | list_slice($list, $begin, $begin + $n - 1) | so many items from a place on, from 1
list arrayMap(f, list) | LAMBDA_FIRST | f of each item
list arrayFilter(f, list) | LAMBDA_FIRST | the items for which f holds
arrayExists(f, list) | LAMBDA_FIRST | does f hold for one?
arrayAll(f, list) | LAMBDA_FIRST | does f hold for all?
arrayCount(f, list) | LAMBDA_FIRST | for how many does f hold?
arrayFirst(f, list) | LAMBDA_FIRST | the first for which f holds
list range(n!) | = | 0 to n - 1
# Windows
win row_number() | = | 1, 2, 3 …
win rank() | = | equal rows have the same
win dense_rank() | = | the same without gaps
win ntile(n) | = | in so many parts
win lag(x) | = | of the row before
win lag(x, n) | = | of n rows before
win lag(x, n, other) | = | of n rows before, else other
win lead(x) | = | of the row behind
win lead(x, n) | = | of n rows behind
win lead(x, n, other) | = | of n rows behind, else other
win lagInFrame(x, n, other) | lag($x, $n, $other) | of n rows before
win leadInFrame(x, n, other) | lead($x, $n, $other) | of n rows behind
win first_value(x) | = | of the first row
win last_value(x) | = | of the last row
win nth_value(x, n) | = | of the nth row
"""

DUCKDB = """
# Times
now() | NOW_FINE | the present moment, UTC
current_timestamp() | NOW_FINE | the present moment, UTC
current_date() | TODAY | the present day, UTC
today() | TODAY | the present day, UTC
date_trunc(unit, time) | DATE_TRUNC | the beginning of a unit
datetrunc(unit, time) | DATE_TRUNC | the beginning of a unit
date_diff(unit, begin, end) | DATE_DIFF | how many boundaries of a unit lie between
datediff(unit, begin, end) | DATE_DIFF | how many boundaries of a unit lie between
date_sub(unit', begin, end) | AGE | how many whole units lie between
date_part(part', time) | DATE_PART | a part of a time, such as 'hour'
datepart(part', time) | DATE_PART | a part of a time, such as 'hour'
date_add(time, interval) | $time + $interval | later
time_bucket(interval, time) | = | the beginning of the interval
strftime(time, format') | = | as C's format says: %Y-%m-%d %H:%M:%S
strptime(text, format') | = | a time from a text
make_date(year, month, day) | = | a day
make_timestamp(microseconds) | = | a time from microseconds since 1970
epoch(time) | = | seconds since 1970
epoch_ms(time) | = | milliseconds since 1970
epoch_us(time) | = | microseconds since 1970
year(time) | = | the year
quarter(time) | = | 1 to 4
month(time) | = | 1 to 12
week(time) | = | the week, ISO 8601
day(time) | = | 1 to 31
dayofmonth(time) | = | 1 to 31
dayofweek(time) | = | 0 (Sunday) to 6
isodow(time) | = | 1 (Monday) to 7
weekday(time) | = | 0 (Sunday) to 6
dayofyear(time) | = | 1 to 366
hour(time) | = | 0 to 23
minute(time) | = | 0 to 59
second(time) | = | 0 to 59
dayname(time) | = | Monday …
monthname(time) | = | January …
last_day(time) | = | the month's last day
to_seconds(n) | = | an interval
to_minutes(n) | = | an interval
to_hours(n) | = | an interval
to_days(n) | = | an interval
to_weeks(n) | = | an interval
to_months(n) | = | an interval
to_years(n) | = | an interval
# Aggregates
agg count() | count(*) | how many rows
agg count(x) | = | how many that are not null
agg count_if(condition) | COUNT_IF | how many rows fulfil it
agg sum(x) | = | the sum
agg avg(x) | = | the mean
agg mean(x) | avg($x) | the mean
agg min(x) | = | the least
agg max(x) | = | the greatest
agg any_value(x) | = | some value that is not null
agg first(x) | = | the first value
agg last(x) | = | the last value
agg arg_min(x, by) | = | x where by is least
agg arg_max(x, by) | = | x where by is greatest
agg min_by(x, by) | arg_min($x, $by) | x where by is least
agg max_by(x, by) | arg_max($x, $by) | x where by is greatest
agg list list(x) | = | all values
agg list array_agg(x) | list($x) | all values
agg string_agg(x, separator') | = | all values in one text
agg string_agg(x) | = | all values in one text
agg group_concat(x) | string_agg($x) | all values in one text
agg group_concat(x, separator') | string_agg($x, $separator) | all values in one text
agg median(x) | = | the median
agg mode(x) | = | the most frequent value
agg quantile_cont(x, level) | QUANTILE | the quantile, between two values where it lies there
agg quantile_disc(x, level) | QUANTILE | the quantile, as one of the values
agg quantile(x, level) | QUANTILE | the quantile, as one of the values
agg histogram(x) | = | how often each value is there
agg bool_and(x) | = | do all hold?
agg bool_or(x) | = | does one hold?
agg stddev(x) | stddev_samp($x) | standard deviation of a sample
agg stddev_samp(x) | = | standard deviation of a sample
agg stddev_pop(x) | = | standard deviation
agg variance(x) | var_samp($x) | variance of a sample
agg var_samp(x) | = | variance of a sample
agg var_pop(x) | = | variance
agg corr(x, y) | = | correlation
agg covar_pop(x, y) | = | covariance
agg covar_samp(x, y) | = | covariance of a sample
agg approx_count_distinct(x) | count(distinct $x) | how many different values, exactly
# JSON
json_extract(json, path') | = | what is at a path such as $.a.b, as JSON
json_extract_string(json, path') | = | the same as a text
json_value(json, path') | = | the same, null where it is an object or a list
json_exists(json, path') | = | is there anything?
json_type(json) | = | what it is
json_type(json, path') | = | what it is there
json_array_length(json) | = | how many items a list has
json_array_length(json, path') | = | how many items the list there has
list json_keys(json) | = | the names of an object
list json_keys(json, path') | = | the names of the object there
json_valid(text) | = | is it JSON?
to_json(x) | = | as JSON
# Conditions
coalesce(...) | coalesce($all) | the first that is not null
ifnull(x, other) | coalesce($x, $other) | other where x is null
nullif(x, y) | = | null where they are equal
# Numbers
round(x) | = | to a whole number; halves away from 0
round(x, digits!) | = | to so many digits; halves away from 0
round_even(x, digits!) | = | to so many digits; halves to the even one
floor(x) | = | the whole number below
ceil(x) | = | the whole number above
ceiling(x) | ceil($x) | the whole number above
trunc(x) | = | without what is behind the point
abs(x) | = | without its sign
sign(x) | = | -1, 0 or 1
sqrt(x) | = | square root
cbrt(x) | = | cube root
exp(x) | = | e to the power of x
ln(x) | = | natural logarithm
log(x) | log10($x) | logarithm to base 10
log10(x) | = | logarithm to base 10
log2(x) | = | logarithm to base 2
pow(x, y) | = | x to the power of y
power(x, y) | pow($x, $y) | x to the power of y
mod(x, y) | $x % $y | the rest of a division
greatest(x, ...) | greatest($all) | the greatest of them
least(x, ...) | least($all) | the least of them
isnan(x) | = | is it no number?
isinf(x) | = | is it infinite?
isfinite(x) | = | is it finite?
# Texts
length(x) | = | characters of a text, items of a list
len(x) | = | characters of a text, items of a list
strlen(text) | = | bytes of a text
lower(text) | = | in small letters
upper(text) | = | in capitals
trim(text) | = | without spaces around it
ltrim(text) | = | without spaces before it
rtrim(text) | = | without spaces behind it
left(text, n) | = | its first characters
right(text, n) | = | its last characters
substring(text, begin) | = | from a place on, from 1
substring(text, begin, n) | = | so many characters from a place on
substr(text, begin) | substring($text, $begin) | from a place on, from 1
substr(text, begin, n) | substring($text, $begin, $n) | so many characters from a place on
strpos(text, part) | = | where a part begins, from 1; 0 where it is not there
instr(text, part) | strpos($text, $part) | where a part begins, from 1; 0 where it is not there
contains(text, part) | = | is it a part?
starts_with(text, part) | = | does it begin so?
prefix(text, part) | starts_with($text, $part) | does it begin so?
ends_with(text, part) | = | does it end so?
suffix(text, part) | ends_with($text, $part) | does it end so?
concat(...) | concat($all) | one behind the other
concat_ws(separator', ...) | concat_ws($all) | one behind the other, with a separator
replace(text, from', to') | = | with one text in place of another
regexp_matches(text, pattern') | = | does a part of it fit the pattern?
regexp_full_match(text, pattern') | = | does it fit the pattern?
regexp_extract(text, pattern') | = | the part that fits the pattern
regexp_extract(text, pattern', group!) | = | a group of the part that fits the pattern
regexp_replace(text, pattern', to') | = | with a text in place of what fits a pattern first
regexp_replace(text, pattern', to', options') | = | the same with options, such as 'g'
reverse(text) | = | from its end to its beginning
md5(text) | = | its MD5
list string_split(text, separator') | = | its parts
list str_split(text, separator') | string_split($text, $separator) | its parts
split_part(text, separator', n) | = | one of its parts, from 1
array_to_string(list, separator') | = | the items in one text
lpad(text, n!, filler') | = | so many characters long, filled before
rpad(text, n!, filler') | = | so many characters long, filled behind
repeat(text, n!) | = | so many times
# Lists
list list_value(...) | list_value($all) | a list
unnest(list) | = | a row for each item
list_contains(list, x) | = | is it one of them?
array_contains(list, x) | list_contains($list, $x) | is it one of them?
list_has_any(list, other) | = | is one of the others among them?
list_has_all(list, other) | = | are all the others among them?
list_position(list, x) | = | where it is, from 1
list_extract(list, n) | = | the item at a place, from 1
list list_slice(list, begin, end) | = | the items from one place to another
list list_sort(list) | = | in order
list list_reverse_sort(list) | = | in the opposite order
list list_reverse(list) | = | from its end to its beginning
list list_distinct(list) | = | each value once
list_unique(list) | = | how many different items
list_sum(list) | = | the sum
list_avg(list) | = | the mean
list_min(list) | = | the least
list_max(list) | = | the greatest
list list_transform(list, f) | LAMBDA_LAST | f of each item
list list_filter(list, f) | LAMBDA_LAST | the items for which f holds
list range(n!) | = | 0 to n - 1
# Windows
win row_number() | = | 1, 2, 3 …
win rank() | = | equal rows have the same
win dense_rank() | = | the same without gaps
win percent_rank() | = | 0 to 1
win cume_dist() | = | the share of rows up to here
win ntile(n) | = | in so many parts
win lag(x) | = | of the row before
win lag(x, n) | = | of n rows before
win lag(x, n, other) | = | of n rows before, else other
win lead(x) | = | of the row behind
win lead(x, n) | = | of n rows behind
win lead(x, n, other) | = | of n rows behind, else other
win first_value(x) | = | of the first row
win last_value(x) | = | of the last row
win nth_value(x, n) | = | of the nth row
"""
