#[cfg(test)]
mod words;
#[cfg(test)]
mod world;

#[cfg(test)]
mod beginning;
#[cfg(test)]
mod confirmation;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod modes;
#[cfg(test)]
mod people;
#[cfg(test)]
mod quiet;
#[cfg(test)]
mod several;
#[cfg(test)]
mod table_known;
#[cfg(test)]
mod table_unknown;
#[cfg(test)]
mod thread;
