//! The pages of the back office. What a live message can replace has a function of its own, used by page and stream alike.

pub mod backups;
pub mod chart;
pub mod customers;
pub mod dashboard;
pub mod drafts;
pub mod feed;
pub mod finding;
pub mod goods;
pub mod jobs;
pub mod kpis;
pub mod learned;
pub mod links;
pub mod live;
pub mod order;
pub mod orders;
pub mod products;
pub mod rows;
pub mod search;
pub mod shell;
pub mod sign_in;
