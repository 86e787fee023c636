insert into timed_pages (project, user, page, visits, spent_us) values (:project, :user, :page, 1, :spent)
on conflict (project, user, page) do update set visits = visits + 1, spent_us = spent_us + excluded.spent_us
