mod certificates;
mod late;
mod leases;
mod leaving;
mod lockout;
