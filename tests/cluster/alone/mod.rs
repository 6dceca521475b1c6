mod certificates;
mod leases;
mod leaving;
mod lockout;
