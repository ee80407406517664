//! The running center: its database, clock and identity.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use compute::Compute;
use domain::accelerator::{Accelerators, PfBasis};
use domain::calendar::Calendar;
use jiff::Timestamp;

use crate::clock::Clock;
use crate::memo::Memo;
use crate::wake::Waker;
use crate::{Actor, Cx, Db, Outcome};

/// What stays the same while the program runs.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The center's name in Korean.
    pub name_ko: String,
    /// The center's name in English.
    pub name_en: String,
    /// Time zone and holidays.
    pub calendar: Calendar,
    /// The device models.
    pub accelerators: Accelerators,
    /// The basis of PF figures unless another is asked for.
    pub basis: PfBasis,
    /// The pools as people know them.
    pub pools: Arc<texts::Pools>,
    /// The top-level region codes that count as the center's home region, whichever was valid when.
    pub home_regions: Vec<String>,
    /// The districts of the home region, if only part of a top-level unit is home; empty means all.
    pub home_districts: Vec<String>,
    /// Development environments that people can start.
    pub environments: Vec<crate::setup::Environment>,
    /// The address of the gateway to them, without a slash at the end; none without a gateway.
    pub gateway_url: Option<String>,
    /// Scripts to begin jobs from.
    pub job_templates: Vec<crate::setup::JobTemplate>,
    /// The address of the portal for links in mails, without a slash at the end.
    pub public_url: String,
    /// Whether this is a demo: a mailbox page shows mail, which goes nowhere.
    pub demo: bool,
    /// What runs jobs, if anything does.
    pub engine: Option<EngineFacts>,
}

/// What is to be known of the engine that runs jobs, without asking it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineFacts {
    /// Its short name.
    pub name: &'static str,
    /// Whether it runs jobs in images.
    pub images: bool,
    /// Whether it keeps single devices in a reservation; else whole machines.
    pub keeps_devices: bool,
}

/// A running center. Cheap to clone.
#[derive(Clone)]
pub struct Center {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Name, calendar, devices.
    pub identity: Arc<Identity>,
    /// Tells the worker that there is something to do.
    pub waker: Arc<Waker>,
    /// Answers kept in memory.
    pub memo: Arc<Memo>,
    /// How many SQL statements were run so far: the tests of pages bound them per request.
    pub statements: Arc<AtomicUsize>,
    /// What runs jobs, if anything does: asked for what they print.
    pub engine: Option<Arc<dyn Compute>>,
}

impl Center {
    /// A center from its parts.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, identity: Identity) -> Self {
        Self {
            db,
            clock,
            identity: Arc::new(identity),
            waker: Arc::default(),
            memo: Arc::default(),
            statements: Arc::default(),
            engine: None,
        }
    }

    /// The center with what runs its jobs.
    #[must_use]
    pub fn with_engine(mut self, engine: Arc<dyn Compute>) -> Self {
        let facts =
            EngineFacts { name: engine.name(), images: engine.runs_images(), keeps_devices: engine.keeps_devices() };
        self.identity = Arc::new(Identity { engine: Some(facts), ..Identity::clone(&self.identity) });
        self.engine = Some(engine);
        self
    }

    /// The center with a gateway to development environments at that address.
    #[must_use]
    pub fn with_gateway(mut self, url: &str) -> Self {
        let gateway_url = Some(url.trim_end_matches('/').to_owned());
        self.identity = Arc::new(Identity { gateway_url, ..Identity::clone(&self.identity) });
        self
    }

    /// The present instant of the center.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Runs a use case that only reads.
    ///
    /// # Errors
    /// What the use case answers.
    pub fn read<T>(&self, actor: &Actor, work: impl FnOnce(&mut Cx<'_, '_>) -> Outcome<T>) -> Outcome<T> {
        let now = self.now();
        self.db.read(|tx| {
            let outcome = work(&mut Cx::new(tx, actor, now, &self.identity, &self.memo));
            self.statements.fetch_add(tx.statements(), Ordering::Relaxed);
            outcome
        })
    }

    /// Runs a use case that writes: all of it is kept, or nothing.
    ///
    /// # Errors
    /// What the use case answers.
    pub fn write<T>(&self, actor: &Actor, work: impl FnOnce(&mut Cx<'_, '_>) -> Outcome<T>) -> Outcome<T> {
        // The time is asked within the transaction: a writer that waited for its turn must not
        // write an earlier time than the one before it.
        let mut queued = false;
        let outcome = self.db.write(|tx| {
            let now = self.now();
            let mut cx = Cx::new(tx, actor, now, &self.identity, &self.memo);
            let outcome = work(&mut cx);
            queued = cx.queued;
            self.statements.fetch_add(tx.statements(), Ordering::Relaxed);
            outcome
        });
        if queued && outcome.is_ok() {
            self.waker.wake();
        }
        outcome
    }

    /// The same, answering also how many SQL statements it took (asserted by the tests of pages).
    ///
    /// # Errors
    /// What the use case answers.
    pub fn counted<T>(&self, actor: &Actor, work: impl FnOnce(&mut Cx<'_, '_>) -> Outcome<T>) -> Outcome<(T, usize)> {
        self.read(actor, |cx| {
            let value = work(cx)?;
            Ok((value, cx.tx.statements()))
        })
    }
}

impl Identity {
    /// The center's name in a language.
    #[must_use]
    pub fn name(&self, lang: texts::Lang) -> &str {
        match lang {
            texts::Lang::Ko => &self.name_ko,
            texts::Lang::En => &self.name_en,
        }
    }

    /// Whether an organization with that region counts as regional (domain.md §13: the five
    /// districts under any code that was valid).
    #[must_use]
    pub fn is_home(&self, region: &str, district: Option<&str>) -> bool {
        self.home_regions.iter().any(|home| home == region)
            && (self.home_districts.is_empty()
                || district.is_some_and(|name| self.home_districts.iter().any(|home| home == name)))
    }
}
