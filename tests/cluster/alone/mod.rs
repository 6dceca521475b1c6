mod certificates;
mod leases;
mod leaving;
