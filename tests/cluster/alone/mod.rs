mod certificates;
mod config_maps;
mod late;
mod leases;
mod leaving;
mod lockout;
