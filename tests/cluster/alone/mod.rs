mod leases;
mod leaving;
