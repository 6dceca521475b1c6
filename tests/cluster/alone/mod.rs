mod certificates;
mod config_maps;
mod frozen;
mod late;
mod leases;
mod leaving;
mod lockout;
