//! HTTP tests: requests through the whole router, on a real PostgreSQL and Redis.

mod access;
mod app;
mod books;
mod cancel;
mod crash;
mod crawl;
mod desk;
mod discovery;
mod export;
mod health;
mod inbox;
mod logs;
mod outage;
mod page_cache;
mod paste;
mod processes;
mod safety;
mod scan;
mod sessions;
mod shelf;
mod slow;
mod standing;
mod trading;
mod twice;
mod writes;
