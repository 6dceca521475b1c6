mod certificates;
mod client_certificates;
mod config_maps;
mod frozen;
mod late;
mod leases;
mod leaving;
mod lockout;
